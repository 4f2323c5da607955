package io.gateau.math.fit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Rows in memory, read in parts that are merged, as a cluster reads them. */
final class ArrayRows implements RowPasses {
  private final List<List<double[]>> parts = new ArrayList<>();
  private int passes;

  /** Deals the rows to parts, in another order. */
  ArrayRows(List<double[]> rows, int parts, Random random) {
    List<double[]> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    for (int i = 0; i < parts; i++) {
      this.parts.add(new ArrayList<>());
    }
    shuffled.forEach(row -> this.parts.get(random.nextInt(parts)).add(row));
  }

  @Override
  public <A extends RowAccumulator<A>> A pass(A empty) {
    passes++;
    A all = copy(empty);
    for (List<double[]> part : parts) {
      A one = copy(empty);
      part.forEach(one::add);
      all.merge(one);
    }
    return all;
  }

  int passes() {
    return passes;
  }

  @SuppressWarnings("unchecked")
  private static <A> A copy(A accumulator) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(accumulator);
      }
      return (A) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError("an accumulator travels to other machines", e);
    }
  }
}
