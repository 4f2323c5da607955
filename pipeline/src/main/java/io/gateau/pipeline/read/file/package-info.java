/**
 * Files on any Hadoop file system: which ones an input names, their formats and decompressed bytes,
 * and the paths, renames and deletions of the outputs. It imports nothing else of gateau. Start
 * with {@link io.gateau.pipeline.read.file.InputFiles} and {@link
 * io.gateau.pipeline.read.file.InputFormat}.
 */
package io.gateau.pipeline.read.file;
