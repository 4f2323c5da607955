package io.gateau.testing;

import java.nio.ByteBuffer;

/** The dtypes that a tiny checkpoint can be stored in, by their names in safetensors. */
public enum StoredDtype {
  F32("float32") {
    @Override
    void put(ByteBuffer bytes, float value) {
      bytes.putFloat(value);
    }

    @Override
    float get(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  F16("float16") {
    @Override
    void put(ByteBuffer bytes, float value) {
      bytes.putShort(toFloat16(value));
    }

    @Override
    float get(ByteBuffer bytes) {
      return fromFloat16(bytes.getShort());
    }
  },
  BF16("bfloat16") {
    @Override
    void put(ByteBuffer bytes, float value) {
      bytes.putShort(toBfloat16(value));
    }

    @Override
    float get(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  };

  private final String torchName;

  StoredDtype(String torchName) {
    this.torchName = torchName;
  }

  /** The name in {@code torch_dtype} of config.json. */
  public String torchName() {
    return torchName;
  }

  /** Bytes per number. */
  public int bytes() {
    return this == F32 ? Float.BYTES : Short.BYTES;
  }

  abstract void put(ByteBuffer bytes, float value);

  abstract float get(ByteBuffer bytes);

  /** The nearest bfloat16, the upper half of a float, ties to even; NaN stays NaN. */
  static short toBfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The nearest IEEE half, ties to even; a number that is too large becomes infinite. */
  static short toFloat16(float value) {
    int sign = value < 0 || 1 / value < 0 ? 0x8000 : 0;
    double size = Math.abs((double) value);
    if (Float.isNaN(value)) {
      return 0x7E00;
    }
    if (size >= 65520) { // halfway between the largest half and the next power of two
      return (short) (sign | 0x7C00);
    }
    // Subnormals share the exponent of the smallest normal number, 2^-14.
    int exponent = Math.max(Math.getExponent(size), -14);
    int units = (int) Math.rint(Math.scalb(size, 10 - exponent)); // 1024 .. 2048, less if subnormal
    return (short) (sign | (((exponent + 14) << 10) + units));
  }

  static float fromFloat16(short half) {
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    float size;
    if (exponent == 0x1F) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((float) fraction, -24);
    } else {
      size = Math.scalb((float) (fraction + 1024), exponent - 25);
    }
    return half < 0 ? -size : size;
  }
}
