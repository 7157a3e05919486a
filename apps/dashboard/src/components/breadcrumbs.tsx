import Link from 'next/link';

/** Links to the pages above this one. */
export function Breadcrumbs({ trail }: { trail: readonly { name: string; href: string }[] }) {
  return (
    <nav aria-label="Breadcrumbs" className="text-[13px] text-soft">
      <ol className="flex flex-wrap gap-x-1.5">
        {trail.map(({ name, href }) => (
          <li key={href} className="min-w-0 wrap-anywhere">
            <Link href={href} prefetch={false} className="hover:text-ink hover:underline">
              {name}
            </Link>{' '}
            /
          </li>
        ))}
      </ol>
    </nav>
  );
}
