package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LengthBucketTest {
  @Test
  void aLengthBucketBeginsAtAPowerOfTwo() {
    assertEquals(0, LengthBucket.of(0));
    assertEquals(0, LengthBucket.of(1));
    assertEquals(1, LengthBucket.of(2));
    assertEquals(9, LengthBucket.of(1_023));
    assertEquals(10, LengthBucket.of(1_024));
    assertEquals(30, LengthBucket.of(Integer.MAX_VALUE));
    assertEquals(1_024, LengthBucket.from(10));
  }
}
