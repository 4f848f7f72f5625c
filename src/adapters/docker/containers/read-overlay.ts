import type { Overlay } from '../../../model/container.ts';
import type { Fields } from '../connection/fields.ts';

/** Of what an engine says of a container or an image. Absent with the containerd store, and where storage is no overlay of the kernel. */
export function readOverlay(driver: Fields): Overlay | undefined {
  const upper = driver.in('Data').text('UpperDir');
  if (upper === '' || !/^overlay2?$/.test(driver.text('Name'))) return undefined;
  return { upper, lower: driver.in('Data').text('LowerDir').split(':').filter(Boolean) };
}
