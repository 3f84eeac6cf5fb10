/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BPF instructions as C initializers, after the kernel's <linux/filter.h>:
 * the test tools' programs are short enough to need no compiler.
 */
#ifndef WEIR_TEST_INSTRUCTIONS_H
#define WEIR_TEST_INSTRUCTIONS_H

#include <linux/bpf.h>

#define INSTRUCTION(CODE, DST, SRC, OFF, IMM)                                  \
	((struct bpf_insn){ .code = (CODE),                                    \
			    .dst_reg = (DST),                                  \
			    .src_reg = (SRC),                                  \
			    .off = (OFF),                                      \
			    .imm = (IMM) })

#define MOV64_REG(DST, SRC)                                                    \
	INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, DST, SRC, 0, 0)
#define MOV64_IMM(DST, IMM)                                                    \
	INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, DST, 0, 0, IMM)
#define ADD64_IMM(DST, IMM)                                                    \
	INSTRUCTION(BPF_ALU64 | BPF_ADD | BPF_K, DST, 0, 0, IMM)
#define ADD64_REG(DST, SRC)                                                    \
	INSTRUCTION(BPF_ALU64 | BPF_ADD | BPF_X, DST, SRC, 0, 0)
#define XOR32_IMM(DST, IMM)                                                    \
	INSTRUCTION(BPF_ALU | BPF_XOR | BPF_K, DST, 0, 0, IMM)
#define LOAD32(DST, SRC, OFF)                                                  \
	INSTRUCTION(BPF_LDX | BPF_MEM | BPF_W, DST, SRC, OFF, 0)
#define LOAD64(DST, SRC, OFF)                                                  \
	INSTRUCTION(BPF_LDX | BPF_MEM | BPF_DW, DST, SRC, OFF, 0)
#define STORE32(DST, OFF, SRC)                                                 \
	INSTRUCTION(BPF_STX | BPF_MEM | BPF_W, DST, SRC, OFF, 0)
#define STORE64(DST, OFF, SRC)                                                 \
	INSTRUCTION(BPF_STX | BPF_MEM | BPF_DW, DST, SRC, OFF, 0)
#define STORE32_IMM(DST, OFF, IMM)                                             \
	INSTRUCTION(BPF_ST | BPF_MEM | BPF_W, DST, 0, OFF, IMM)
#define JUMP64_IMM(OPERATION, DST, IMM, OFF)                                   \
	INSTRUCTION(BPF_JMP | (OPERATION) | BPF_K, DST, 0, OFF, IMM)
#define CALL_HELPER(FUNCTION)                                                  \
	INSTRUCTION(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_##FUNCTION)
#define EXIT() INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* Two instructions long. */
#define LOAD_MAP(DST, FD)                                                      \
	INSTRUCTION(BPF_LD | BPF_DW | BPF_IMM, DST, BPF_PSEUDO_MAP_FD, 0, FD), \
		INSTRUCTION(0, 0, 0, 0, 0)

#define INSTRUCTION_COUNT(program) (sizeof(program) / sizeof((program)[0]))

#endif
