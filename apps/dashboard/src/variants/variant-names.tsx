'use client';

import { createContext, useContext, type ReactNode } from 'react';

const Names = createContext<readonly string[]>([]);

/** The names of all variants in the database, from which the style of each is chosen. */
export function VariantNames({ names, children }: { names: readonly string[]; children: ReactNode }) {
  return <Names value={names}>{children}</Names>;
}

export function useVariantNames(): readonly string[] {
  return useContext(Names);
}
