import { expect, test } from 'vitest';
import { parseDatabaseUrl } from '../connection/database-url.ts';
import { psqlEnvironment } from './psql-environment.ts';

test('psql gets the decoded address and the parameters that it knows', () => {
  const url = 'postgres://u:p%20%3D@a,b:2/my%3Ddb?sslmode=require&schema=x&pgbouncer=true&options=-c%20a%3D1';
  expect(psqlEnvironment(parseDatabaseUrl(url, {}))).toEqual({
    PGHOST: 'a,b',
    PGPORT: '5432,2',
    PGUSER: 'u',
    PGPASSWORD: 'p =',
    PGDATABASE: 'my=db',
    PGSSLMODE: 'require',
    PGOPTIONS: '-c a=1',
  });
});
