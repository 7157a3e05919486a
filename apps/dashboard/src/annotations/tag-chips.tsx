/** Tags where they are only shown. */
export function TagChips({ tags }: { tags: readonly string[] }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {tags.map((tag) => (
        <span
          key={tag}
          dir="auto"
          title={tag}
          className="max-w-48 truncate rounded-full border border-line bg-sunken px-1.5 text-[11px] leading-4 font-normal text-soft"
        >
          {tag}
        </span>
      ))}
    </span>
  );
}
