/** How each family sounds: partial strengths, seconds of attack and release, decay in nepers a second, vibrato. */
const roll = (count, power) => Array.from({ length: count }, (_, index) => (index + 1) ** -power);

export const TIMBRES = {
  strings: { partials: roll(16, 1.15), attack: 0.05, release: 0.09, decay: 0.15, vibrato: 12, breath: 0.006 },
  woodwind: { partials: [1, 0.55, 0.42, 0.16, 0.1, 0.05, 0.03], attack: 0.035, release: 0.06, decay: 0.1, vibrato: 6, breath: 0.008 },
  brass: { partials: [0.7, 1, 0.85, 0.6, 0.42, 0.28, 0.18, 0.11, 0.07], attack: 0.03, release: 0.06, decay: 0.25, vibrato: 0, breath: 0.003 },
  plucked: { partials: roll(14, 1.35), attack: 0.003, release: 0.12, decay: 1.9, vibrato: 0, breath: 0.02 },
  keys: { partials: roll(14, 1.6), attack: 0.003, release: 0.15, decay: 1.3, vibrato: 0, breath: 0.01 },
  voice: { partials: [1, 0.8, 0.5, 0.28, 0.3, 0.22, 0.1, 0.05], attack: 0.06, release: 0.1, decay: 0.05, vibrato: 28, breath: 0.005 },
};
