package io.gateau.pipeline.selected;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SelectedRowsTest {
  /*
   * rows     characters        files
   * 0        0                 1
   * 19,999   1 million         1
   * 20,000   1 million         2
   * 3,138    1,200 million     5      long texts: 268 million characters to a file
   */
  @Test
  void longTextsAreDividedByTheirSizeAndShortOnesByTheirNumber() {
    assertEquals(1, SelectedRows.files(0, 0));
    assertEquals(1, SelectedRows.files(19_999, 1_000_000));
    assertEquals(2, SelectedRows.files(20_000, 1_000_000));
    assertEquals(5, SelectedRows.files(3_138, 1_200_000_000));
  }
}
