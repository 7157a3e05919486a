import './globals.css';
import { GeistSans } from 'geist/font/sans';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import Link from 'next/link';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { themeScript } from '../components/theme-script.ts';
import { ThemeToggle } from '../components/theme-toggle.tsx';

export const metadata: Metadata = {
  title: { default: 'sae-lab', template: '%s · sae-lab' },
  description: 'Sparse autoencoders, compared.',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading it also makes every page, that of an unknown address included, be rendered for its request's nonce.
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    // The script below sets data-theme before React looks.
    <html lang="en" className={GeistSans.variable} suppressHydrationWarning>
      <head>
        {/* A browser hides the nonce from scripts, and so from React. */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <header className="border-b border-line bg-surface">
          <div className="mx-auto flex h-12 max-w-[1440px] items-center px-4 sm:px-6">
            <Link href="/" prefetch={false} className="font-semibold tracking-tight">
              sae-lab
            </Link>
            <span className="ml-auto" />
            <ThemeToggle />
          </div>
        </header>
        <main className="mx-auto max-w-[1440px] px-4 py-5 sm:px-6">
          <NuqsAdapter>{children}</NuqsAdapter>
        </main>
      </body>
    </html>
  );
}
