package io.gateau.pipeline.compare;

import io.gateau.pipeline.rank.SelectConfig;

/**
 * A selection that is compared.
 *
 * @param name that it is shown under
 * @param config how it ranks and how much it keeps
 */
public record Candidate(String name, SelectConfig config) {}
