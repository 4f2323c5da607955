package io.gateau.math.text;

/** The last step of MurmurHash3 for 64 bits (Appleby): one to one, and each bit decides all. */
final class Mix {
  /** An odd number, 2^64 by the golden ratio: to multiply with it loses nothing. */
  static final long ODD = 0x9E3779B97F4A7C15L;

  private Mix() {}

  static long of(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
