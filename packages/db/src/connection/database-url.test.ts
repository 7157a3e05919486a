import { assert, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDatabaseUrl, showAddress } from './database-url.ts';
import { driverOptions } from './driver-options.ts';
import { wantedSession } from './target-session.ts';

const parse = (url: string, environment = {}) => parseDatabaseUrl(url, environment);

describe('the address in a URL', () => {
  test.each<[string, object]>([
    ['postgres://u:p%40%2F%3A@h:1/my%20db', { user: 'u', password: 'p@/:', database: 'my db' }],
    ['postgres://u:p@ss@h/db', { user: 'u', password: 'p@ss', hosts: [{ host: 'h', port: 5432 }] }],
    ['postgresql://u@[::1]:5433/db', { hosts: [{ host: '::1', port: 5433 }] }],
    ['postgresql://u@[fe80::1%25eth0]/db', { hosts: [{ host: 'fe80::1%eth0', port: 5432 }] }],
    ['postgresql://u@%2Fvar%2Frun:5433/db', { hosts: [{ host: '/var/run', port: 5433 }] }],
    [
      'postgresql:///db?host=/var/run&port=5433&user=u&password=p',
      { user: 'u', password: 'p', database: 'db' },
    ],
    [
      'postgresql:///db?host=/a%2C b&user=u',
      {
        hosts: [
          { host: '/a', port: 5432 },
          { host: ' b', port: 5432 },
        ],
      },
    ],
    [
      'postgres://u@a:1,b,[::1]:3/db',
      {
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 5432 },
          { host: '::1', port: 3 },
        ],
      },
    ],
    [
      'postgres://u@/db?host=a,b&port=7',
      {
        hosts: [
          { host: 'a', port: 7 },
          { host: 'b', port: 7 },
        ],
      },
    ],
    ['postgres://u@h/db?hostaddr=10.0.0.1', { hosts: [{ host: '10.0.0.1', port: 5432 }] }],
    ['postgres://u@h', { database: 'u' }],
    ['postgres://u@h/a#b', { database: 'a#b' }],
    ['postgres://u@h/db?options=-c%20a%3Db+c', { parameters: new Map([['options', '-c a=b+c']]) }],
    [' postgres://u@h/db\n', { database: 'db' }],
  ])('%s', (url, expected) => {
    expect(parse(url)).toMatchObject(expected);
  });

  test('does not parse decoded parts again', () => {
    assert(
      property(
        record({
          user: text,
          password: text,
          database: text,
          host: text.filter((host) => !host.includes(',')),
        }),
        ({ user, password, database, host }) => {
          const [u, p, d, h] = [user, password, database, host].map(encodeURIComponent);
          expect(parse(`postgres://${u}:${p}@${h}:5433/${d}?sslmode=disable`)).toMatchObject({
            user,
            password,
            database,
            hosts: [{ host, port: 5433 }],
          });
        },
      ),
    );
  });

  test('takes missing parts from the environment', () => {
    const environment = {
      PGHOST: 'there',
      PGPORT: '7',
      PGUSER: 'me',
      PGPASSWORD: 'p',
      PGDATABASE: 'd',
      PGOPTIONS: '-c x=y',
    };
    expect(parse('postgres://', environment)).toEqual({
      hosts: [{ host: 'there', port: 7 }],
      user: 'me',
      password: 'p',
      database: 'd',
      parameters: new Map(),
    });
    expect(parse('postgres://u:q@h:1/e', environment)).toMatchObject({
      hosts: [{ host: 'h', port: 1 }],
      user: 'u',
      password: 'q',
      database: 'e',
    });
  });

  test('omits user and password when shown', () => {
    expect(showAddress(parse('postgres://u:secret@[::1]:1,b/db?password=secret'))).toBe(
      'postgres://[::1]:1,b:5432/db',
    );
  });
});

describe('a refused URL names the invalid part', () => {
  test.each([
    ['postgres://u@h:99999/db', 'port', '99999'],
    ['postgres://u@h:0/db', 'port', '"0"'],
    ['postgres://u@h:-1/db', 'port', '-1'],
    ['postgres://u@h:abc/db', 'port', 'abc'],
    ['postgres://u@h/db?port=1e3', 'port', '1e3'],
    ['postgres://u@a,b,c/db?port=1,2', 'DATABASE_URL', '3 hosts and 2 ports'],
    ['postgres://u@h/db?sslmode=on', 'sslmode', '"on"'],
    ['postgres://u@h/db?sslrootcert=/nowhere', 'sslrootcert', 'ENOENT'],
    ['postgres://u@h/db?connect_timeout=soon', 'connect_timeout', '"soon"'],
    ['postgres://u@h/db?target_session_attrs=best', 'target_session_attrs', '"best"'],
    ['postgres://u@h/100%', 'dbname', 'percent sign'],
    ['postgres://u@h/a%00b', 'dbname', 'percent sign'],
    ['"postgres://u@h/db"', 'DATABASE_URL', 'not a URL'],
    ['postgres:/u@h/db', 'DATABASE_URL', 'not a URL'],
    ['https://h/db', 'DATABASE_URL', 'the scheme https'],
  ])('%s', (url, field, received) => {
    const check = () => {
      const address = parse(url);
      wantedSession(address);
      for (const host of address.hosts) driverOptions(address, host);
    };
    expect(check).toThrow(
      expect.objectContaining({
        code: 'db.bad-url',
        details: expect.objectContaining({
          field: expect.stringContaining(field) as string,
          received: expect.stringContaining(received) as string,
        }) as object,
      }),
    );
  });

  test('does not show a badly encoded password', () => {
    expect(() => parse('postgres://u:secret%zz@h/db')).toThrow(/^(?!.*secret).*password/s);
  });
});

test('ignores parameters of other drivers and providers', () => {
  const query =
    'channel_binding=require&schema=app&keepalives=1&keepalives_idle=30&connection_limit=5&pool_timeout=10&sslaccept=strict&tcp_user_timeout=1&gssencmode=prefer&client_encoding=latin1&passfile=x';
  const of = (url: string) => driverOptions(parse(url), { host: 'h', port: 1 });
  expect(of(`postgres://u@h/db?${query}`)).toEqual(of('postgres://u@h/db'));
});

test.each<[string, unknown[]]>([
  ['', ['prefer']],
  ['?sslmode=disable', [false]],
  ['?ssl=false', [false]],
  ['?sslmode=allow', [false, 'require']],
  ['?sslmode=require', ['require']],
  ['?ssl=true', ['require']],
  ['?sslmode=no-verify', ['require']],
  ['?sslmode=verify-full', [{ rejectUnauthorized: true }]],
  ['?sslrootcert=system', [{ rejectUnauthorized: true }]],
  ['?sslmode=verify-ca', [{ rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }]],
])('TLS by %s', (query, expected) => {
  const settings = driverOptions(parse(`postgres://u@h/db${query}`), { host: 'h', port: 1 });
  expect(settings.map(({ ssl }) => ssl)).toEqual(expected);
});

const text = string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('\0'));
