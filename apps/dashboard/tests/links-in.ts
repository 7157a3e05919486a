import type { Page } from 'playwright-core';

/** The addresses of the links of a navigation, by its label. */
export function linksIn(page: Page, label: string): Promise<(string | null)[]> {
  return page
    .getByRole('navigation', { name: label })
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}
