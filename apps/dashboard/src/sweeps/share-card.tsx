import { Card } from '@tremor/react';
import { Command } from '../components/message.tsx';
import { shellWord } from '../format/shell-word.ts';

/** How the results of a sweep reach people who cannot open this dashboard. */
export function ShareCard({ sweep }: { readonly sweep: string }) {
  const command = `pnpm report ${shellWord(sweep)}`;
  return (
    <Card className="grid grid-cols-1 gap-2 p-4 text-[13px] sm:p-5">
      <h2 className="text-base font-semibold">To share it</h2>
      <Command>{command}</Command>
      <p className="text-soft">
        It writes this sweep into a folder that opens in any browser and needs no server.
      </p>
    </Card>
  );
}
