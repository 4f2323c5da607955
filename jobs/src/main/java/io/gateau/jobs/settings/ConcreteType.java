package io.gateau.jobs.settings;

import io.gateau.model.checkpoint.Dtype;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number type in which a model without a checkpoint can be made: any but auto. */
public final class ConcreteType implements ITypeConverter<Dtype> {
  @Override
  public Dtype convert(String code) {
    try {
      Dtype type = Dtype.of(code);
      if (!type.isResolved()) {
        throw new TypeConversionException(
            "dtype auto goes by a model and a device; name one: float32, bfloat16, float16");
      }
      return type;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
