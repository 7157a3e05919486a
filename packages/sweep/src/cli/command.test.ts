import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROJECT_ROOT, readArguments } from '@sae-lab/command-line';
import { command, commandOptions } from './command.ts';

const parse = (...argv: string[]) => commandOptions(readArguments(argv, command)!, '/quickstart.ts');

afterEach(() => vi.unstubAllEnvs());

describe('pnpm sweep', () => {
  it('has defaults', () => {
    vi.stubEnv('SAE_LAB_DATA', '');
    expect(parse()).toEqual({
      file: '/quickstart.ts',
      dataDir: join(PROJECT_ROOT, '.sae-lab'),
      detach: false,
      wait: false,
      dryRun: false,
      onlyFailed: false,
      verify: false,
      keepMissing: false,
      retrainMissing: false,
      localFiles: false,
      json: false,
      all: false,
      workers: undefined,
      device: 'cpu',
      maxFailures: Infinity,
      checkpointSeconds: 60,
      silenceSeconds: 600,
    });
  });

  it('reads every flag, also after two dashes', () => {
    const flags = [
      'x.ts',
      '--dry-run',
      '--only-failed',
      '--verify',
      '--keep-missing',
      '--local-files',
      '--json',
      '--workers',
      '3',
      '--max-failures',
      '2',
    ];
    const expected = {
      file: 'x.ts',
      dryRun: true,
      onlyFailed: true,
      verify: true,
      keepMissing: true,
      localFiles: true,
      json: true,
      workers: 3,
      maxFailures: 2,
    };
    expect(parse(...flags)).toMatchObject(expected);
    expect(parse('--', ...flags)).toMatchObject(expected);
    expect(parse('--json', 'x.ts')).toMatchObject({ file: 'x.ts', json: true });
    expect(parse('--device', 'webgpu').device).toBe('webgpu');
    expect(parse('--dry-run', '--all').all).toBe(true);
    expect(parse('--fail-fast').maxFailures).toBe(1);
    expect(parse('--checkpoint-seconds', '0.5', '--silence-seconds', '3')).toMatchObject({
      checkpointSeconds: 0.5,
      silenceSeconds: 3,
    });
  });

  it('uses the path of the data folder exactly as given', () => {
    expect(parse('--data', '007').dataDir).toBe(join(process.cwd(), '007'));
    expect(parse('--data', '1e3').dataDir).toBe(join(process.cwd(), '1e3'));
  });

  it('reads the data folder from the flag, then from the environment', () => {
    vi.stubEnv('SAE_LAB_DATA', '/from/environment');
    expect(parse().dataDir).toBe('/from/environment');
    expect(parse('--data', '/from/flag').dataDir).toBe('/from/flag');
  });

  it.each([
    ['--unknown'],
    ['--workers'],
    ['--workers', '0'],
    ['--workers', 'two'],
    ['--workers', '1.5'],
    ['--max-failures', '-1'],
    ['--checkpoint-seconds', '0'],
    ['--checkpoint-seconds', 'often'],
    ['--silence-seconds', '-3'],
    ['--silence-seconds', '1e9'],
    ['--workers', '0x2'],
    ['--workers', ''],
    ['--data', ''],
    ['--data', 'a', '--data', 'b'],
    ['--json', '--json'],
    ['--checkpoint-seconds', 'Infinity'],
    ['a.ts', 'b.ts'],
    [''],
    ['--device'],
    ['--device', ''],
    ['--prepare', '/spool', '--detach'],
    ['--prepare', '/spool', '--wait'],
    ['--prepare', '/spool', '--only-failed'],
    ['--detach', '--workers', '2'],
    ['--wait', '--fail-fast'],
    ['--wait', '--local-files'],
    ['--priority', '3'],
  ])('refuses %s %s', (...argv) => {
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
  });
});

describe('--device', () => {
  it.each(['tpu', 'GPU', '0'])('refuses %s', (name) => {
    expect(() => parse('--device', name)).toThrow(
      expect.objectContaining({
        code: 'kernels.device',
        message: expect.stringMatching(/^--device: .*one of auto, cuda, webgpu, cpu; received/),
      }),
    );
  });
});
