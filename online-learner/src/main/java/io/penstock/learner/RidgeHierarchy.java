package io.penstock.learner;

import java.util.List;

/**
 * Joint ridge regression of several models whose slopes share a common part: for model a with offset o_a,
 *
 * <pre>y ≈ o_a + m_a + (β + δ_a)·x,  m_a ~ N(0, σ²/meanRidge_a),  β ~ N(0, σ²/sharedRidge),  δ_a ~ N(0, σ²/slopeRidge)
 * </pre>
 *
 * solved exactly from sums by eliminating (m_a, δ_a) model by model (the Schur complement), so the cost is one small
 * factorisation a model. This is the mixed-effects model in the style of Lindley and Smith 1972, "Bayes estimates for
 * the linear model". Element 0 of every vector is the bias.
 */
final class RidgeHierarchy {

    private final int width;
    private final double slopeRidge;
    private final double sharedRidge;
    private final List<RidgeMember> members;
    private final List<Factorisation> factors;
    private final double[] shared;
    private double fitted;
    private double logDeterminants;

    RidgeHierarchy(int width, List<RidgeMember> members, double slopeRidge, double sharedRidge) {
        this.width = width;
        this.members = members;
        this.slopeRidge = slopeRidge;
        this.sharedRidge = sharedRidge;
        this.factors = members.stream().map(this::factor).toList();
        this.shared = solveShared();
    }

    private Factorisation factor(RidgeMember member) {
        double[] matrix = member.gram().clone();
        matrix[0] += member.meanRidge();
        for (int i = 1; i < width; i++) {
            matrix[i * width + i] += slopeRidge;
        }
        return new Factorisation(matrix, width);
    }

    private double[] solveShared() {
        int d = width - 1;
        double[] system = new double[d * d];
        double[] right = new double[d];
        for (int i = 0; i < d; i++) {
            system[i * d + i] = sharedRidge;
        }
        for (int a = 0; a < members.size(); a++) {
            RidgeMember member = members.get(a);
            if (member.gram()[0] > 0) {
                addComplement(system, right, member, factors.get(a));
            }
        }
        Factorisation factor = new Factorisation(system, d);
        double[] slopes = factor.solve(right);
        for (int i = 0; i < d; i++) {
            fitted += slopes[i] * right[i];
        }
        logDeterminants += factor.logDeterminant() - d * StrictMath.log(sharedRidge);
        return slopes;
    }

    /** With V = (A + D)⁻¹, A − A·V·A = D − D·V·D and c − A·V·c = D·V·c; the slope rows of D are slopeRidge·I. */
    private void addComplement(double[] system, double[] right, RidgeMember member, Factorisation factor) {
        int d = width - 1;
        double[] inverse = factor.inverse();
        double[] solution = factor.solve(member.cross());
        for (int i = 0; i < width; i++) {
            fitted += solution[i] * member.cross()[i];
        }
        logDeterminants +=
                factor.logDeterminant() - StrictMath.log(member.meanRidge()) - d * StrictMath.log(slopeRidge);
        for (int i = 0; i < d; i++) {
            right[i] += slopeRidge * solution[i + 1];
            system[i * d + i] += slopeRidge;
            for (int j = 0; j < d; j++) {
                system[i * d + j] -= slopeRidge * slopeRidge * inverse[(i + 1) * width + j + 1];
            }
        }
    }

    /** Log marginal likelihood of the data for this noise variance, up to a constant that no ridge enters. */
    double logEvidence(double noise) {
        double squares = members.stream().mapToDouble(RidgeMember::square).sum();
        return -0.5 * ((squares - fitted) / noise + logDeterminants);
    }

    double slopeRidge() {
        return slopeRidge;
    }

    /** m_a and β + δ_a of one model. */
    double[] coefficients(int model) {
        RidgeMember member = members.get(model);
        double[] right = member.cross().clone();
        for (int i = 0; i < width; i++) {
            for (int j = 1; j < width; j++) {
                right[i] -= member.gram()[i * width + j] * shared[j - 1];
            }
        }
        double[] coefficients = factors.get(model).solve(right);
        for (int j = 1; j < width; j++) {
            coefficients[j] += shared[j - 1];
        }
        return coefficients;
    }

    /** The root of the inverse of (Gram + ridges) of one model; times σ it gives posterior deviations for a given β. */
    Factorisation.Root root(int model) {
        return factors.get(model).root();
    }
}
