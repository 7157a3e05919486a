import { expect, test } from 'vitest';
import { html, trusted } from './html.ts';

test('every value is escaped unless this program wrote it', () => {
  const odd = `<b a="1" b='2'>&amp;</b>`;
  expect(html`<p title="${odd}">${odd}</p>`.text).toBe(
    '<p title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;</p>',
  );
  const list = ['<', html`<i>${'>'}</i>`, [trusted('<hr>'), undefined, false as const, 0]];
  expect(html`${list}`.text).toBe('&lt;<i>&gt;</i><hr>0');
});
