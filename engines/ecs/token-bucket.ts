/** How fast requests may go: so many per second, and so many at once after a pause. */

export type Rate = { perSecond: number; burst: number };

export class TokenBucket {
  private readonly stepMs: number;
  private readonly leewayMs: number;
  /** When the bucket is full again. */
  private fullAt = 0;

  constructor({ perSecond, burst }: Rate) {
    this.stepMs = 1000 / perSecond;
    this.leewayMs = (burst - 1) * this.stepMs;
  }

  /** Takes the next token: how many ms until it is there. First come, first served. */
  take(nowMs: number): number {
    const full = Math.max(this.fullAt, nowMs);
    this.fullAt = full + this.stepMs;
    return Math.max(0, full - this.leewayMs - nowMs);
  }
}
