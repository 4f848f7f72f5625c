import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Starts the fuzzers first: they take a minute, so at the end everything else would wait for them. */
export class FuzzersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFuzzer = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('.native.test.ts');
    return [...sorted.filter(isFuzzer), ...sorted.filter((file) => !isFuzzer(file))];
  }
}
