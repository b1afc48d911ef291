// LZ4 frames, the default compression of Feather files. The libraries at hand decode single blocks, and blocks of a frame refer to
// the ones before: so a whole frame is decoded into one output here.

/**
 * LZ4 frame → bytes
 *
 * Given:    one frame (header, blocks, end mark), and the number of bytes that come out
 * Method:   LZ4 Frame Format 1.6.4; each block is a list of (literals, match): copy literals, then copy `length` bytes from
 *           `offset` back in the output
 * Cost:     one pass
 * Traps:    a match may overlap what it writes (offset < length), so it is copied byte by byte; blocks may refer to earlier ones
 * Leaves out: checksums are skipped, dictionaries are refused
 * @throws Error for a frame that is damaged; never writes beyond `size`
 */
export function decodeLz4Frame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("no LZ4 frame");
  const flags = view.getUint8(4);
  if (flags & 1) throw new Error("an LZ4 frame with a dictionary");
  const hasBlockChecksum = (flags & 16) !== 0;
  // magic 4, flags 1, block size 1, content size 8 where bit 3 is set, header checksum 1
  let at = flags & 8 ? 15 : 7;
  const output = new Uint8Array(size);
  let written = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    const block = frame.subarray(at, at + length);
    if (block.length < length) throw new Error("the LZ4 frame is cut off");
    at += length + (hasBlockChecksum ? 4 : 0);
    if (word >>> 31 === 0) written = decodeBlock(block, output, written);
    else {
      output.set(block, written); // throws when it does not fit
      written += length;
    }
  }
  if (written !== size) throw new Error(`the LZ4 frame holds ${written} bytes instead of ${size}`);
  return output;
}

/** Returns how much of the output is written then. */
function decodeBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let written = start;
  let at = 0;
  while (at < block.length) {
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        more = block[at++] ?? 0;
        literals += more;
      } while (more === 255);
    }
    if (at + literals > block.length) throw new Error("the LZ4 block is cut off");
    output.set(block.subarray(at, at + literals), written);
    written += literals;
    at += literals;
    if (at >= block.length) return written; // the last sequence has no match
    const offset = block[at]! | ((block[at + 1] ?? 0) << 8);
    at += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number;
      do {
        more = block[at++] ?? 0;
        length += more;
      } while (more === 255);
    }
    if (offset === 0 || offset > written) throw new Error("an LZ4 match before the start");
    if (written + length > output.length) throw new Error("an LZ4 match beyond the end");
    for (let from = written - offset, stop = written + length; written < stop; ) output[written++] = output[from++]!;
  }
  return written;
}
