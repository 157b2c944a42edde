/**
 * The models a node routes to, as a person writes them down: a YAML file of models and a profile, and the models of the
 * bundled sample. Start with {@link io.penstock.app.models.ModelsFile}.
 */
@NullMarked
package io.penstock.app.models;

import org.jspecify.annotations.NullMarked;
