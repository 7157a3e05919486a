import './globals.css';
import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import Link from 'next/link';
import { ThemeProvider } from 'next-themes';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { MainNav } from '../components/main-nav.tsx';
import { ThemeToggle } from '../components/theme-toggle.tsx';

export const metadata: Metadata = {
  title: { default: 'sae-lab', template: '%s · sae-lab' },
  description: 'Sweeps over sparse autoencoders, compared.',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading the headers also forces every page, even of an unknown address, to be rendered per request: with its nonce.
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    // next-themes sets data-theme before React hydrates.
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <ThemeProvider
          storageKey="sae-lab-theme"
          enableColorScheme={false}
          {...(nonce !== undefined && { nonce })}
        >
          <header className="border-b border-line bg-surface">
            <div className="mx-auto flex h-12 max-w-[2240px] items-center px-4 sm:px-6">
              <Link href="/" prefetch={false} className="font-semibold tracking-tight">
                sae-lab
              </Link>
              <MainNav />
              <span className="ml-auto" />
              <ThemeToggle />
            </div>
          </header>
          <main className="mx-auto max-w-[2240px] px-4 py-5 sm:px-6">
            <NuqsAdapter>{children}</NuqsAdapter>
          </main>
        </ThemeProvider>
      </body>
    </html>
  );
}
