import { buildHelperTest } from './build-helper-test.ts';

// A finding of a sanitizer ends the program, and so the test that asked it.
process.env['TEAMVM_TEST_HELPER'] = await buildHelperTest('sanitized');
