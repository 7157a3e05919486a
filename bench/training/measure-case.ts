// Measures one case of `pnpm bench:train` in a process of its own. Arguments: the case's index, then the Python of its
// peers, if there are any.
import { printError } from '@sae-lab/command-line';
import { CASES } from './cases.ts';
import { measure } from './measure.ts';

const [index, python] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await measure(CASES[Number(index)]!, python)));
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
