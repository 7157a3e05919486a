// Measures one case of `pnpm bench:train` in a separate process. Arguments: the index of the case, then the Python of its
// peers, if any.
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
