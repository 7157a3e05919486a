'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const RETRY_MS = 3000;

/** Refreshes the page until it can be shown, at which point this component is gone. */
export function KeepTrying() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), RETRY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return <span>Retrying every few seconds.</span>;
}
