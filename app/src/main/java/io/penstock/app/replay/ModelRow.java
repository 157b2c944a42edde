package io.penstock.app.replay;

import io.penstock.connector.recorded.RecordedArm;

/**
 * One model in a replay.
 *
 * @param name as in pools.json
 * @param slug names its topics
 * @param requests that it answered
 * @param share of all requests, 0 to 1
 * @param quality mean over the requests it answered; 0 if none. So are dollars and reward
 * @param fixed what it would have scored on every prompt
 */
public record ModelRow(
        String name,
        String slug,
        int requests,
        double share,
        double quality,
        double costUsd,
        double reward,
        Controls.Score fixed) {

    static ModelRow of(Ledger ledger, int arm, Controls.Score fixed) {
        double quality = 0;
        double cost = 0;
        double reward = 0;
        int count = 0;
        for (int i = 0; i < ledger.workload().size(); i++) {
            if (ledger.arm(i) == arm) {
                count++;
                quality += ledger.quality(i);
                cost += ledger.costUsd(i);
                reward += ledger.reward(i);
            }
        }
        int divisor = Math.max(1, count);
        RecordedArm model = ledger.workload().arms().get(arm);
        return new ModelRow(
                model.name(),
                model.slug(),
                count,
                (double) count / ledger.workload().size(),
                quality / divisor,
                cost / divisor,
                reward / divisor,
                fixed);
    }
}
