/**
 * Text in, numbers out: the features a policy reads and the signals a rule reads. No Kafka, no other Penstock module.
 *
 * <p>Start at {@link io.penstock.feature.FeatureExtractors}, which names the tiers, then {@link
 * io.penstock.feature.FeatureExtractor}, the one interface a tier implements. {@link
 * io.penstock.feature.HashedNgramExtractor} is the default, {@link io.penstock.feature.TfIdfSvd} what is fitted offline.
 * {@link io.penstock.feature.FeatureEngine} runs slow tiers beside the stream threads, {@link
 * io.penstock.feature.CachingExtractor} spares repeated prompts.
 */
@NullMarked
package io.penstock.feature;

import org.jspecify.annotations.NullMarked;
