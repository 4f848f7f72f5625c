import type { Overlay } from '../../../model/container.ts';
import type { Fields } from '../connection/fields.ts';

/** The folders in a GraphDriver. Undefined with the containerd store, and for storage other than the kernel's overlay. */
export function readOverlay(driver: Fields): Overlay | undefined {
  const upper = driver.in('Data').text('UpperDir');
  if (upper === '' || !/^overlay2?$/.test(driver.text('Name'))) return undefined;
  return { upper, lower: driver.in('Data').text('LowerDir').split(':').filter(Boolean) };
}
