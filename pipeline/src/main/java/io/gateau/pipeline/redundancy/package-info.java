/**
 * Samples that say nearly the same as a better one: candidates by locality-sensitive hashing, exact
 * similarities, and who stays. It may import {@code read}, {@code samples}, {@code rank} and {@code
 * math}. Start with {@link io.gateau.pipeline.redundancy.NearDuplicates}.
 */
package io.gateau.pipeline.redundancy;
