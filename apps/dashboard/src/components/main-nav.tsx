'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';

/** The parts of the dashboard, with the paths of the pages in them. */
const PARTS = [
  { name: 'Sweeps', href: '/', has: /^\/($|sweeps\/)/ },
  { name: 'Runs', href: '/runs', has: /^\/runs($|\/)/ },
  { name: 'SAEs', href: '/saes', has: /^\/saes($|\/)/ },
  { name: 'Labels', href: '/latents', has: /^\/latents$/ },
] as const;

export function MainNav() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="ml-6 flex gap-4 text-[13px]">
      {PARTS.map(({ name, href, has }) => (
        <Link
          key={href}
          href={href}
          prefetch={false}
          aria-current={path === href ? 'page' : undefined}
          className={has.test(path) ? 'font-medium' : 'text-soft hover:text-ink'}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
