import { html } from './html.ts';
import type { Report } from './load-report.ts';
import { pageOf } from './page.ts';
import type { Section } from './section.ts';
import { configurationSection } from './sections/configuration-section.ts';
import { curveSection } from './sections/curve-section.ts';
import { evaluationSection, referenceSection } from './sections/evaluation-section.ts';
import { labelSection } from './sections/label-section.ts';
import { latentSection } from './sections/latent-section.ts';
import { matchedSection } from './sections/matched-section.ts';
import { overview } from './sections/overview.ts';
import { provenanceSection } from './sections/provenance-section.ts';
import { groupSection, runSection } from './sections/run-sections.ts';
import { scatterSection } from './sections/scatter-section.ts';
import type { ReportFile } from './write-report.ts';

/** The files of a report. Equal data give equal files: nothing states when it was written. */
export async function reportFiles(report: Report): Promise<ReportFile[]> {
  const sections = [
    scatterSection(report),
    matchedSection(report),
    groupSection(report),
    curveSection(report),
    evaluationSection(report),
    referenceSection(report),
    latentSection(report),
    labelSection(report),
    runSection(report),
    configurationSection(report),
    provenanceSection(report),
  ].filter((section): section is Section => section !== undefined);
  const page = await pageOf(report.sweep.name, html`${overview(report)}`, sections);
  return [{ path: 'index.html', content: page }, ...sections.flatMap(({ files }) => files)];
}
