package io.penstock.learner;

import java.util.Arrays;
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
    private final Factorisation system;
    private final double[] shared;
    private double fitted;
    private double logDeterminants;

    RidgeHierarchy(int width, List<RidgeMember> members, double slopeRidge, double sharedRidge) {
        this.width = width;
        this.members = members;
        this.slopeRidge = slopeRidge;
        this.sharedRidge = sharedRidge;
        this.factors = members.stream().map(this::factor).toList();
        this.system = system();
        this.shared = solveShared();
    }

    private RidgeHierarchy(RidgeHierarchy like, List<RidgeMember> members) {
        this.width = like.width;
        this.members = members;
        this.slopeRidge = like.slopeRidge;
        this.sharedRidge = like.sharedRidge;
        this.factors = like.factors;
        this.system = like.system;
        this.shared = solveShared();
    }

    /** The same regression of other targets on the same contexts with the same ridges, which costs next to nothing. */
    RidgeHierarchy ofTargets(List<RidgeMember> others) {
        return new RidgeHierarchy(this, others);
    }

    private Factorisation factor(RidgeMember member) {
        double[] ridges = new double[width];
        Arrays.fill(ridges, slopeRidge);
        ridges[0] = member.meanRidge();
        return new Factorisation(member.gram(), ridges);
    }

    /**
     * The system of the shared slopes, with a bias of its own that nothing touches. With V = (A + D)⁻¹,
     * A − A·V·A = D − D·V·D; the slope rows of D are slopeRidge·I.
     */
    private Factorisation system() {
        double[][] inverses = new double[width][width];
        int known = 0;
        for (int a = 0; a < members.size(); a++) {
            if (isKnown(a)) {
                factors.get(a).addInverse(inverses);
                known++;
            }
        }
        double[][] matrix = new double[width][width];
        for (int i = 1; i < width; i++) {
            for (int j = 1; j <= i; j++) {
                matrix[j][i] = -slopeRidge * slopeRidge * inverses[i][j];
            }
        }
        double[] ridges = new double[width];
        Arrays.fill(ridges, sharedRidge + known * slopeRidge);
        ridges[0] = 1;
        return new Factorisation(matrix, ridges);
    }

    private boolean isKnown(int model) {
        return members.get(model).gram()[0][0] > 0;
    }

    /** With c − A·V·c = D·V·c. */
    private double[] solveShared() {
        int slopes = width - 1;
        double[] right = new double[width];
        for (int a = 0; a < members.size(); a++) {
            if (isKnown(a)) {
                RidgeMember member = members.get(a);
                double[] solution = factors.get(a).solve(member.cross());
                for (int i = 0; i < width; i++) {
                    fitted += solution[i] * member.cross()[i];
                    right[i] += slopeRidge * solution[i];
                }
                logDeterminants += factors.get(a).logDeterminant()
                        - StrictMath.log(member.meanRidge())
                        - slopes * StrictMath.log(slopeRidge);
            }
        }
        right[0] = 0;
        double[] result = system.solve(right);
        for (int i = 1; i < width; i++) {
            fitted += result[i] * right[i];
        }
        logDeterminants += system.logDeterminant() - slopes * StrictMath.log(sharedRidge);
        return result;
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
        // By rows, as the matrix is symmetric: that vectorises.
        for (int j = 1; j < width; j++) {
            double[] row = member.gram()[j];
            double slope = shared[j];
            for (int i = 0; i < width; i++) {
                right[i] -= slope * row[i];
            }
        }
        double[] coefficients = factors.get(model).solve(right);
        for (int j = 1; j < width; j++) {
            coefficients[j] += shared[j];
        }
        return coefficients;
    }

    /** The root of the inverse of (Gram + ridges) of one model; times σ it gives posterior deviations for a given β. */
    Factorisation.Root root(int model) {
        return factors.get(model).root();
    }
}
