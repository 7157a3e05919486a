import { defineConfig } from 'drizzle-kit';

// The casing rule is part of the schema: the queries' connection uses the same one.
export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  schema: './src/schema/index.ts',
  out: './migrations',
});
