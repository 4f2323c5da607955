/**
 * The functions of Spark SQL, and models as a Spark task may use them. It imports Spark, {@code
 * score}, {@code math} and, of the models, only {@code model} and {@code model.checkpoint}. Start
 * with {@link io.gateau.udf.GateauExtensions}, then {@code SampleFunction} and {@link
 * io.gateau.udf.TaskModels}.
 */
package io.gateau.udf;
