"""Known answers: closed forms and reference solvers a correct simulator must reproduce.

Nothing here is used by the engine. Each module is independent of it, so that a test that
compares the two compares two derivations. Import the module you need, for example
``from model.theory import pools``; the package itself imports nothing (scipy is slow to load).

``populations`` people on a quantile grid, or drawn, as polars frames
``pools``       one pool: rest point, path and slope for the standard families of risk
``tipping``     two types of risk: jumps, two rest points, the fold between them
``inertia``     review with probability kappa: eigenvalue, half-life, mean-field path
``behaviour``   one behavioural rule switched on: fairness, slow expectations, noise
``plans``       two plans and a subsidised difference (Cutler and Reber)
``demand``      linear demand and cost, welfare triangle (Einav, Finkelstein and Cullen)
``contracts``   menus of contracts with multidimensional types (Azevedo and Gottlieb)
``screening``   Akerlof, Hendren, Rothschild and Stiglitz
``sharing``     risk-sharing rules, conditional mean, cross-subsidy
``contagion``   thresholds and cascades (Granovetter, Watts)
``opinions``    DeGroot, Friedkin and Johnsen, Bass
``noise``       a finite pool: moments of the contribution, growth and waiting, late bills
"""
