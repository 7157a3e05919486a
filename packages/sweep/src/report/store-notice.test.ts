import { expect, it } from 'vitest';
import { storeNotice } from './store-notice.ts';

it('names the store of a worker, and warns where others use another one', () => {
  expect(storeNotice(null, [])).toBeUndefined();
  expect(storeNotice('s3://lab/a', [])).toBe('store: s3://lab/a');
  expect(storeNotice('s3://lab/a', ['s3://lab/a', 's3://lab/b'])).toBe('store: s3://lab/a');
  expect(storeNotice(null, ['s3://lab/a'])).toContain('uses no store, and others');
  expect(storeNotice('s3://lab/b', ['s3://lab/a'])).toContain(
    'uses the store s3://lab/b, and others with the same database use s3://lab/a.',
  );
});
