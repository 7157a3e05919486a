/**
 * How well one latent tells a class of labelled documents from all others, as a probe on this latent alone.
 *
 * The score is an AUROC: the probability that the latent's mean activation is larger in a random document of the class than
 * in a random one of the others; ties count half. A logistic regression on one latent orders documents as the latent does,
 * so it has the same AUROC.
 */
export interface LatentProbe {
  readonly latent: number;
  /** The class with the largest AUROC on the training documents. */
  readonly class: string;
  /** AUROC on the test documents, which did not choose the class. 0.5 is chance, 1 tells every pair apart. */
  readonly score: number;
  /** AUROC on the training documents. The best of several classes, so it is too high. */
  readonly trainingScore: number;
  /**
   * Probability that at least one of all scored latents reaches this latent's test rank sum by chance: the one-sided
   * p-value of the Mann-Whitney test, corrected for ties, times the number of scored latents, at most 1.
   */
  readonly pValue: number;
  /** Test documents: of the class, and about as many of the others. */
  readonly documents: number;
}
