/** Where rows begin that are not all of one height: a tree of sums, so that a row is found, and changed, in a few steps. */

export class Heights {
  private sums = new Float64Array(1024);
  private values = new Float64Array(1024);
  private size = 0;

  get count(): number {
    return this.size;
  }

  get total(): number {
    return this.startOf(this.size);
  }

  clear(): void {
    this.size = 0;
  }

  push(px: number): void {
    this.size += 1;
    const at = this.size;
    if (at >= this.sums.length) {
      this.sums = larger(this.sums);
      this.values = larger(this.values);
    }
    this.values[at] = px;
    // A node sums up as many rows as its number's lowest bit says: itself, and the nodes below it.
    let sum = px;
    for (let below = 1; below < (at & -at); below <<= 1) sum += this.sums[at - below] ?? 0;
    this.sums[at] = sum;
  }

  get(index: number): number {
    return this.values[index + 1] ?? 0;
  }

  set(index: number, px: number): void {
    const more = px - this.get(index);
    this.values[index + 1] = px;
    for (let at = index + 1; at <= this.size; at += at & -at) this.sums[at] = (this.sums[at] ?? 0) + more;
  }

  /** The height of all rows before it. */
  startOf(index: number): number {
    let sum = 0;
    for (let at = Math.min(index, this.size); at > 0; at -= at & -at) sum += this.sums[at] ?? 0;
    return sum;
  }

  /** The row at a height; the last where it is beyond all. */
  indexAt(px: number): number {
    let [at, left] = [0, px];
    for (let step = 1 << (31 - Math.clz32(Math.max(1, this.size))); step > 0; step >>= 1) {
      const next = at + step;
      const sum = this.sums[next] ?? 0;
      if (next <= this.size && sum <= left) [at, left] = [next, left - sum];
    }
    return Math.max(0, Math.min(at, this.size - 1));
  }
}

function larger(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const twice = new Float64Array(array.length * 2);
  twice.set(array);
  return twice;
}
