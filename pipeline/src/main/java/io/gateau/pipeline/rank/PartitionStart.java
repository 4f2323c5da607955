package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.Map;

/**
 * What stands in front of a partition of sorted rows.
 *
 * @param rows of all groups
 * @param groups sizes of the groups that the partition has rows of
 */
record PartitionStart(long rows, Map<String, GroupSize> groups) implements Serializable {}
