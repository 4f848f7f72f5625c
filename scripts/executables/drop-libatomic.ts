import { ElfProgram } from './elf-program.ts';

/** The one function of the library that Node calls, always for 8 bytes: what a processor does itself. */
const called = '__atomic_compare_exchange';

/** That function, by the processor's code. Another size than 8 ends the program. */
const functions: Readonly<Record<number, string>> = {
  // cmp $8,%rdi; jne 1f; mov (%rdx),%rax; mov (%rcx),%rcx; lock cmpxchg %rcx,(%rsi); mov %rax,(%rdx); sete %al; ret; 1: ud2
  62: '4883ff08 7512 488b02 488b09 f0480fb10e 488902 0f94c0 c3 0f0b',
  // cmp x0,#8; b.ne 3f; ldr x4,[x2]; ldr x5,[x3]
  // 1: ldaxr x6,[x1]; cmp x6,x4; b.ne 2f; stlxr w7,x5,[x1]; cbnz w7,1b; mov w0,#1; ret
  // 2: clrex; str x6,[x2]; mov w0,#0; ret; 3: brk #1
  183:
    '1f2000f1 c1010054 440040f9 650040f9 26fc5fc8 df0004eb a1000054 25fc07c8 87ffff35 20008052 c0035fd6 ' +
    '5f3f03d5 460000f9 00008052 c0035fd6 200020d4',
};

/** Gives Node the one function that it takes from libatomic, which slim images of Debian and Ubuntu do not have. */
export function dropLibatomic(program: Buffer): Buffer {
  const elf = new ElfProgram(Buffer.from(program));
  const code = functions[elf.machine];
  if (code === undefined) throw new Error('There is no such function for this processor.');
  elf.redirect(called, elf.addCode(Buffer.from(code.replaceAll(' ', ''), 'hex')));
  elf.dropLibrary('libatomic.so.1');
  return elf.bytes;
}
