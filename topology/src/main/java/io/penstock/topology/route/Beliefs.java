package io.penstock.topology.route;

import io.penstock.learner.Estimates;
import io.penstock.learner.Features;
import io.penstock.learner.Forecast;
import io.penstock.learner.LayerFit;
import io.penstock.learner.Prediction;
import io.penstock.learner.warm.WarmForecast;
import io.penstock.learner.warm.WarmModel;
import io.penstock.learner.warm.WarmResiduals;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of each model in one scope: learned online from list prices, or, of the models that a warm model was
 * trained on, what that says and what it turned out to miss.
 *
 * @param layer how a tenant differs from the scope; null = not known to, as in every router. Not where a warm model speaks
 */
record Beliefs(
        Estimates estimates, @Nullable Warm warm, @Nullable LayerFit layer) {

    /** A warm model, and what it turned out to miss in this scope. */
    record Warm(WarmModel model, WarmResiduals residuals) {}

    /** Everything about one request. */
    At at(Features features) {
        return new At(
                estimates.at(features), warm, warm == null ? null : warm.model().predict(features), layer);
    }

    /** Not thread-safe. */
    static final class At {
        private final Forecast learned;
        private final @Nullable Warm warm;
        private final @Nullable WarmForecast trained;
        private final @Nullable LayerFit layer;

        private At(Forecast learned, @Nullable Warm warm, @Nullable WarmForecast trained, @Nullable LayerFit layer) {
            this.learned = learned;
            this.warm = warm;
            this.trained = trained;
            this.layer = layer;
        }

        /**
         * Expectations of one model.
         *
         * @param pending evidence on its way, in verdicts
         * @param millisPerToken by its card's reference line; 0 if it has none
         */
        Prediction predict(String model, double pending, double millisPerToken) {
            Prediction online = learned.predict(model, pending);
            OptionalInt index =
                    warm == null ? OptionalInt.empty() : warm.model().indexOf(model);
            if (warm == null || trained == null || index.isEmpty()) {
                return layer == null ? online : layer.moved(model, online);
            }
            int m = index.getAsInt();
            double width = warm.residuals().width(m, pending);
            double tokens = trained.outputTokens(m);
            double longer = millisPerToken * (tokens - online.outputTokens());
            return new Prediction(
                    trained.quality(m) + warm.residuals().shift(m),
                    width,
                    width,
                    tokens,
                    Math.max(0, online.latencyMillis() + longer),
                    warm.residuals().evidence(m, pending),
                    online.tally());
        }
    }
}
