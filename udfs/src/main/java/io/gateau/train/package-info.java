/**
 * Trains the embedded homologous pair, and small models further on selected samples. Knows the
 * model and the planted data; knows no Spark.
 */
package io.gateau.train;
