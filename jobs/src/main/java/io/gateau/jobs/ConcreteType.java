package io.gateau.jobs;

import io.gateau.model.NumberType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number type in which a model without a checkpoint can be made: any but auto. */
final class ConcreteType implements ITypeConverter<NumberType> {
  @Override
  public NumberType convert(String code) {
    try {
      NumberType type = NumberType.of(code);
      if (!type.isConcrete()) {
        throw new TypeConversionException(
            "dtype auto goes by a model and a device; name one: float32, bfloat16, float16");
      }
      return type;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
