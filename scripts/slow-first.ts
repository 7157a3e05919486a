import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Starts the tests of whole commands and pages first, so that no long one is left when all others have ended. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { true: slow = [], false: others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      String(/\/tests\//.test(moduleId)),
    );
    return [...slow, ...others];
  }
}
