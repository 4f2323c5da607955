package io.gateau.pipeline.read.json;

import java.io.IOException;
import java.io.Serial;

/** A compressed file that ends early or is corrupt; everything before was delivered. */
final class DamagedArchiveException extends IOException {

  @Serial private static final long serialVersionUID = 1;

  DamagedArchiveException(long delivered, IOException cause) {
    super(
        "the compressed file is damaged after %d decompressed bytes (%s)"
            .formatted(delivered, cause.getMessage()),
        cause);
  }
}
