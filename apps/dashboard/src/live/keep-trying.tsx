'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

const RETRY_MS = 3000;

/** Reads the page anew until it can be shown, which takes this away. */
export function KeepTrying() {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), RETRY_MS);
    return () => clearInterval(timer);
  }, [router]);
  return <span>Trying again every few seconds.</span>;
}
