'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useShortcuts } from '../../all-runs/shortcuts.tsx';

interface LatentNavProps {
  /** Addresses; undefined at the ends of the order. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

/** Links to the latents before and after this one, in the order of the list that led here. Also the keys j and k. */
export function LatentNav({ previous, next }: LatentNavProps) {
  const router = useRouter();
  const go = (path: string | undefined): void => {
    if (path !== undefined) router.push(path);
  };
  useShortcuts({ j: () => go(next), k: () => go(previous) });
  return (
    <nav aria-label="Latents" className="flex gap-1">
      <Step path={previous} text="← Previous" hotkey="k" />
      <Step path={next} text="Next →" hotkey="j" />
    </nav>
  );
}

const BOX = 'rounded-md border px-2.5 py-1.5 text-[13px]';

function Step({
  path,
  text,
  hotkey,
}: {
  readonly path: string | undefined;
  readonly text: string;
  readonly hotkey: string;
}) {
  if (path === undefined) return <span className={`${BOX} border-line text-soft`}>{text}</span>;
  return (
    <Link
      href={path}
      prefetch={false}
      aria-keyshortcuts={hotkey}
      title={`Key ${hotkey}`}
      className={`${BOX} border-line-strong bg-surface hover:bg-sunken`}
    >
      {text}
    </Link>
  );
}
