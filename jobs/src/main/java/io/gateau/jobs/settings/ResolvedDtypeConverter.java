package io.gateau.jobs.settings;

import io.gateau.model.checkpoint.Dtype;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a resolved dtype, as a model without a checkpoint needs it: any but auto. */
public final class ResolvedDtypeConverter implements ITypeConverter<Dtype> {
  @Override
  public Dtype convert(String code) {
    try {
      Dtype dtype = Dtype.of(code);
      if (!dtype.isResolved()) {
        throw new TypeConversionException(
            "dtype auto goes by a model and a device; name one: float32, bfloat16, float16");
      }
      return dtype;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
