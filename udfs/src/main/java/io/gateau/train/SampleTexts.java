package io.gateau.train;

import java.util.Collection;
import java.util.Map;

/** Where the texts of samples are, so that a study holds no more of them than a run reads. */
public interface SampleTexts {
  /** The samples of some ids, by id. */
  Map<String, InstructionSample> of(Collection<String> ids);
}
